"""An invented conversation in five windows, on which `earmark doctor --model` tries a language model."""
