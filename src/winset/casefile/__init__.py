"""Case files: YAML to case and back, located errors, the packaged library by name."""
