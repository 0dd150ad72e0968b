export interface SSEOptions {
  /** Where to begin; empty for the stream's own beginning. */
  cursor?: string;
  /** Fetched to learn why a connection was refused; its JSON is also what `hello` carries while polling. */
  stateUrl?: string;
  /** Whether nothing comes after the cursor. */
  isOver?: (state: any, cursor: string) => boolean;
  /** Takes ?after=&wait=, for when streams do not get through. */
  pollUrl?: string;
  /** Failures in a row after which the client gives up; none by default. */
  maxRetries?: number;
  /** Milliseconds of the first and of the longest back-off. */
  baseDelay?: number;
  maxDelay?: number;
  /** Milliseconds a new connection, and an open one, may be silent. */
  helloTimeout?: number;
  silence?: number;
}

export interface Reason {
  code: string;
  title?: string;
  detail?: string;
  hint?: string;
  status?: number;
}

export type ConnectionState = "connecting" | "live" | "reconnecting" | "polling" | "ended" | "failed";

export interface SSEEvents {
  message: CustomEvent<{ id: string; data: any }>;
  statechange: CustomEvent<{ state: ConnectionState; reason: Reason | null; retryAt: number | null }>;
  hello: CustomEvent<any>;
  heartbeat: CustomEvent<any>;
  snapshot: CustomEvent<any>;
  reset: CustomEvent<any>;
  problem: CustomEvent<any>;
  end: CustomEvent<any>;
}

/** A stream of events that resumes from its cursor, backs off, and polls where streams do not get through. */
export class SSEClient extends EventTarget {
  constructor(url: string, options?: SSEOptions);
  readonly state: ConnectionState;
  readonly cursor: string;
  readonly retryAt: number | null;
  readonly reason: Reason | null;
  readonly failures: number;
  start(): void;
  close(): void;
  tryNow(): void;
  addEventListener<Name extends keyof SSEEvents>(type: Name, listener: (event: SSEEvents[Name]) => void, options?: AddEventListenerOptions | boolean): void;
  addEventListener(type: string, listener: (event: any) => void, options?: AddEventListenerOptions | boolean): void;
}

export function isAfter(a: string | null | undefined, b: string | null | undefined): boolean;
export function backoff_ms(failures: number, limits: { baseDelay: number; maxDelay: number }, random?: number): number;
