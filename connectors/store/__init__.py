"""Where answers are kept: the record store of this process, and the seam to a tier shared by several."""
