"""What leaves the register for the public: places, two people's yes, the gate of the boxes."""
