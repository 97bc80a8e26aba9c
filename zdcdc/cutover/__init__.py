"""The switch: what must hold before it, the fence, and the one commit that decides it."""
