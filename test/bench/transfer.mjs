export async function transfer() { return []; }
