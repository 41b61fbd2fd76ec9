"""What leaves a hub: questions to the national index, and letters to other hubs."""
