PARAM goal AS "muscle", "weight", "endurance"
PARAM days AS INTEGER DEFAULT 3
DESCRIPTION "Training plan"

exercises = {
    muscle: ["squat", "bench press", "deadlift", "pull-up"],
    weight: ["rowing", "lunges", "burpees"],
    endurance: ["running", "cycling"]
}
sets = goal = "muscle" ? 5 : 3
FOR day = 1 TO days
    text = "Day " + day + "\n"
    FOR EACH e IN exercises[goal]
        reps = RANDOM(8, 12)
        text = text + "  " + e + ": " + sets + " x " + reps + "\n"
    END FOR
    TALK text
NEXT day
