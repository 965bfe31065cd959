"""What Bedrock answered, or is written to have answered, kept on disk and played to the real handler: see README.md."""
