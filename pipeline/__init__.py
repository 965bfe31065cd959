"""The way of one image, from S3 event to DynamoDB row. Read in this order:

process     the story
events      S3 event, SQS message, failure envelope -> `deliveries` of `uploads`
services    what the story is handed: claims, results, and the adapters' shapes
images      bytes -> prepared image (`sniff`: what the bytes are; `pixels`: Pillow)
sight       what the photo tells before a model is paid: `barcodes` (`gtin`: the numbers in them), `quality` (`edges`)
catalog     extractors: read from `sources`, schema merged (`schemas`), prompt rendered, version stamped; found by
            `plugins` (`hookspecs`), their answers checked by `validation` and `formats`
reading     the model's part: the category (`choosing`), the photo, one repair
requests    image + extractor -> InvokeModel body; what each model wants and costs (`models`)
answers     model answer -> what it recorded
examining   what that is worth: the schema's `faults`, the bars' `codes`, what a schema can't see (`reviewing`); a
            product's `fields`
repairing   the better of an answer and its repair, field by field
concluding  judged reading -> the row's attributes; its `confidence` from evidence, another reader's `corroboration`
            among it; `storable` makes it fit the table
errors      the exception tree
resilience  retry policy
admission   may Bedrock be asked: the `breaker` that all containers share, the ceiling of a day's dollars
bucket, bedrock, store, queue, coordination   adapters: with `aws`, `items`, `bootstrap` the only files that know boto3
report      how an image ended: the canonical log line (`logs`) and the metrics (`metrics`)
settings    the configuration
bootstrap   joins all of it
"""
