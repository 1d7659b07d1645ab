' All tables of the clinic
TABLE doctors
    id         integer key
    name       string(100)
    specialty  string(60)
    email      string(120)
    active     boolean
END TABLE

TABLE patients
    id       guid key
    name     string(100)
    cpf      string(20)
    birth    date
    mobile   string(20)
END TABLE

TABLE appointments
    id       guid key
    doctor   doctors
    patient  string(100)
    mobile   string(20)
    birth    date
    day      date
    hour     string(5)
    created  datetime
END TABLE
