"""The operator's commands, `npm run operate -- COMMAND` or `python -m operate COMMAND`. Read in this order:

__main__   the command line

files      which files of the given paths are photos, and under which keys they go
upload     photos -> bucket; `retry` says how long to wait before trying again, `sending` shows it at the terminal
smoke      one photo through a deployed stage
rows       what stands in the table
stage      what a deployed stage is called, from its CloudFormation stack

trying     one photo through one category on this machine: `trial` has it read, `trial_screen` shows what came of it
new_category   the files of a new category, from templates/category
categories     docs/categories.md, from the schemas; `properties` makes its tables, `shapes` the words in them
"""
