"""What starts and wires the suite: processes, ports, secrets, the private broker and databases, the supervisor.

Owns nothing of procurement and imports no department's inside; it starts them as programs.
"""
