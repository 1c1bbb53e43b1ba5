"""What is optimized: the system of a prepared district, and the choices that join network and plant."""
