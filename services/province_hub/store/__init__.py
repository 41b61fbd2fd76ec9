"""What a hub remembers: cases, students with their history and custody, and what is to leave or to be read."""
