"""What is kept of conversations: turns, votes on answers, replies to send on."""
