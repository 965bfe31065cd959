"""The service on one machine: emulated AWS in the process, and an emulated Bedrock that reads with on-device OCR.

Reading order: `command` (what `npm start` runs), `run` (photos in, rows and a report out), `stack` (the emulated
bucket, table and queues), `notifications`, `trigger` and `function` (upload -> event -> handler), `screen` and `report`
(what was read). Then Bedrock: `emulator` (the wire), `refusals` (what it won't take), `reader` (fills whatever tool
schema it's handed from what is printed), `ocr` (what is printed, as a `page` of lines).
"""
