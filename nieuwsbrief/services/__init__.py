"""What happens to subscribers. One function per change; each is one transaction."""
