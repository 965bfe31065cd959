"""The operator's commands, `python -m operate COMMAND`. Read in this order:

__main__   the command line
files      which files of the given paths are photos, and under which keys they go
upload     photos -> bucket
retry      how long to wait before trying again
rows       what stands in the table
smoke      one photo through a deployed stage
stage      what a deployed stage is called, from its CloudFormation stack
"""
