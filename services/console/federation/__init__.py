"""A whole federation on one machine: its plan, its key files, its processes.

plan      which offices there are and who asks whom, from deploy/demo/federation.toml
premises  a database, an address and a folder for each node
files     certificates, keys, databases and settings for each node, in the run directory
nodes     the processes: started, watched, killed, started again
portals   the web faces of the tiers, and who has an account there
running   all of it together, as a context manager, and the file by which other commands find it
"""
