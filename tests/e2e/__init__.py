"""The service as `sls deploy` makes it, on an emulated AWS, driven through AWS's public APIs.

npm run e2e        these tests
npm run stack      the same two emulators, to play with by hand (docs/local-stack.md)
"""
