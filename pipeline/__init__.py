"""The way of one image, from S3 event to DynamoDB row. Read in this order:

process     the story
events      S3 event, SQS message, failure envelope -> `deliveries` of `uploads`
services    what the story is handed: claims, results, and the adapters' shapes
images      bytes -> prepared image (`sniff`: what the bytes are; `pixels`: Pillow)
catalog     extractors: read from `sources`, schema merged (`schemas`), prompt rendered, version stamped; found by
            `plugins` (`hookspecs`), their answers checked by `validation` and `formats`
reading     the model's part: the category (`choosing`), the photo, one repair, what a schema can't see (`reviewing`)
requests    image + extractor -> InvokeModel body; what each model wants and costs (`models`)
answers     model answer -> product; what is wrong with it finds `faults`; `storable` makes it fit the table
errors      the exception tree
resilience  retry policy
admission   may Bedrock be asked: the `breaker` that all containers share, the ceiling of a day's dollars
bucket, bedrock, store, queue, coordination   adapters: with `aws`, `items`, `bootstrap` the only files that know boto3
report      how an image ended: the canonical log line (`logs`) and the metrics (`metrics`)
settings    the configuration
bootstrap   joins all of it
"""
