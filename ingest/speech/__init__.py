"""Speech to text: faster-whisper here, or an endpoint."""
