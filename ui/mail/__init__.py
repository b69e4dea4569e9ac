"""What the links of our mails open."""
