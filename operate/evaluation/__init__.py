"""The evaluation: how well photos are read, measured against a truth. Read in this order:

truth      a truth file -> what is known of each photo; `mapping` brings its names to the schemas', `printed` its values
readers    who reads: the offline reader, the real Bedrock, or `answered`, a model's answers from files
planning   which photos there are to read
running    photos through the whole pipeline, each with its row

shapes     what a product holds, path by path, and what the schema says about each
comparing  whether an answer is the truth, by the kind of value; `units` converts
evidence   whether the truth's words bear out a value that it doesn't name
scoring    one row against its truth, field by field

figures    precision, recall and F1 of many fields; categories, cost and time
calibration   whether confidence ranks and means what it says
against    two runs, photo by photo
results    results.json, written and read back
screen, page  the figures for people
"""
