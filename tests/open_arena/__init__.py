"""A stand-in for the Open Arena service: a real HTTP/2 server over TLS on loopback that can misbehave in many ways."""
