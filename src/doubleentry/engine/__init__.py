"""The world behind the APIs: nouns and rules that are the same for every vendor, with no framework and no I/O."""
