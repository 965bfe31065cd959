"""The operator's commands, `npm run operate -- COMMAND` or `python -m operate COMMAND`. Read in this order:

__main__   the command line

files      which files of the given paths are photos, and under which keys they go
upload     photos -> bucket; `retry` says how long to wait before trying again, `sending` shows it at the terminal
smoke      one photo through a deployed stage
rows       what stands in the table
stage      what a deployed stage is called, from its CloudFormation stack, and how it's set
screen     what all commands show alike; `estimate` says what reading costs

status     how a stage does, on one screen; `overview` looks
show       what is known of one photo: `show_screen`, and what can be done about it: `next_step`
breaker    whether Bedrock is asked
empty      all photos of a stage, deleted
redrive    what lies in the dead letter queue (`dead_letters`), and back with it (`redriving`)
backfill   what is in the bucket already, through the retry queue: what is taken (`backfill_choice`) of what there is
           (`backfill_objects`), how fast (`backfill_pace`), resumable (`backfill_run`), confirmed (`backfill_sending`);
           both send by `batches`

trying     one photo through one category on this machine: `trial` has it read, `trial_screen` shows what came of it
evaluate   how well labelled photos are read, by the package `evaluation`; `requests_of` writes what a model is asked
new_category   the files of a new category, from templates/category
categories     docs/categories.md, from the schemas; `properties` makes its tables, `shapes` the words in them
"""
