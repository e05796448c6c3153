"""What participants and other visitors see and do, one module per task."""
