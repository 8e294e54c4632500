/** The admin token, in the memory of this page: no cookie and no storage ever has it. */
let held: string | null = null;

export function token(): string | null {
  return held;
}

export function useToken(token: string): void {
  held = token;
}

export function forget(): void {
  held = null;
}
