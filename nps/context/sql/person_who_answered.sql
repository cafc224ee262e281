SELECT person_id FROM responses WHERE response_key = $response_key LIMIT 1
