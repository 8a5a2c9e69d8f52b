"""The running process: Starlette, uvicorn, settings, the caller's identity, the command line."""
