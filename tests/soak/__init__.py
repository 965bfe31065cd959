"""The soak: thousands of photos through the real handler, in simulated time, while everything around it fails.

    python -m tests.soak --images 5000 --seed 7

Everything is drawn from the seed, so that a seed that fails fails again. Read in this order:

soak        joins all of it: uploads, runs until nothing is left to happen, audits
scheduler   simulated time; code that runs in threads, one at a time, until it waits for something
uploads     what is uploaded when, and which events S3 sends for it
fleet       Lambda: containers, concurrency, asynchronous retries, the retry queue's event source
queues      SQS
cloud       every request of the function on its way: how long it takes, how it fails, whether its container is killed
weather     how likely that is, and when it storms
tables      DynamoDB's UpdateItem, as far as the service uses it (`expressions`)
claude      the model: what it says to which photo, and what was paid
truth       what really happened, kept beside the service
audit       the truth against rows and queues: nothing lost, nothing double, nothing paid twice

The handler, its adapters and botocore with its retries are the real ones; moto is S3. DynamoDB is `tables`, which takes
a fifth of moto's time; a test runs the same seed on moto's and wants the same rows. SQS is `queues`, as moto's delays
follow the wall clock.
"""
