"""The kit that every HTTP surface is made with."""
