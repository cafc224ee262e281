-- Customers whose name, address, id or account holds some words, who answered last first.
SELECT person_id, coalesce(any_value(known_people.name), arg_max(answers.name, place)),
    coalesce(any_value(known_people.email), any_value(answers.email)), arg_max(answers.account, place), count(*)
FROM answers
LEFT JOIN known_people USING (person_id)
WHERE contains(lower(concat_ws(chr(10), answers.name, answers.email, answers.customer, answers.account,
    known_people.name, known_people.email)), lower($text))
GROUP BY person_id
ORDER BY max(answered_at) DESC NULLS LAST, person_id
LIMIT $limit
