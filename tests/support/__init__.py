"""What tests share: factories, clients, servers, browsers."""
