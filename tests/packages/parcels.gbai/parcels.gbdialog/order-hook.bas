WEBHOOK "order-created"
' body: {order: {id, items: []}, token}
IF headers["x-token"] <> GET "config.hook-token" THEN
    status = 403
    result_error = "bad token"
    RETURN { status: 403, error: "bad token" }
END IF
IF method <> "POST" THEN RETURN #{status: 405}
order = body.order
IF order IS NULL OR order.id IS EMPTY THEN
    RETURN {status: 422, error: "order.id missing", path: path, params: params}
END IF
SAVE "orders", order.id, order
PUBLISH EVENT "order.created", order
result_status = "ok"
result_id = order.id
