"""The services behind the gateway: what finds passages, what words answers, and what stands in for them."""
