"""Where the servers of the tests come from: a URL, Docker, PATH, or packages unpacked into a cache folder."""
