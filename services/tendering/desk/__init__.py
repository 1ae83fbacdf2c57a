"""The department's entrypoints, one room for each noun; `service.py` puts the rooms together.

Each entrypoint reads, decides (rules), records, answers.
"""
