-- A purge finds a user by the id alone: it goes over the sessions of all principals.
CREATE INDEX users_by_id_alone ON users (user_id) WHERE user_id <> '';
