USE KB "laws"
TALK "I am no lawyer, but I read a lot."
