"""How fast the service is, and what its confidence is worth: each figure beside a reference of the same run.

`python -m bench` (or `npm run bench`) prints one JSON line a figure:
`value` is ours and `against` the reference's, both in `unit`. They are measured in turns, and `ratio` is the median of
the pairs' ratios, so that what else the machine does weighs on both alike. Where there is nothing to compare with,
`against` is the aim. A figure that can't be measured says why, in `absent`.

    figures.py     a figure, medians of pairs, work in fresh processes
    pictures.py    the photos, rendered
    preparing.py   a photo to the picture that the model is sent, against naive Pillow
    decoding.py    the barcodes of a photo, against preparing it
    cold_start.py  handler.py until its clients are ready, here and as it's packed, against plain boto3
    overhead.py    an image through the handler, with a model that answers at once
    package.py     what `sls package` makes, and the size of its zip
    spoiling.py    answers with one fault each, of the kinds that readers make
    trust.py       of those faults, what the service notices and how it ranks them
"""
