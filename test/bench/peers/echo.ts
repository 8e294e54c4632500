import { Hono } from 'hono';

/** The least that a route can do with the same request on the same runtime: parse JSON and send it back. */
const app = new Hono();
app.post('/voucher', async (c) => c.json(await c.req.json()));

export default app;
