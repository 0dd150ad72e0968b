/** The shapes of the API that the pages use; /api/openapi.json has all of them. */

export interface StateLabels {
  label: string;
  allowed: string[];
  finished: boolean;
  progress: boolean;
  summary: string | null;
  suggested: string | null;
  row: string[];
  times: string[];
}

export interface EventLabels {
  text: string[];
  details: string[];
}

export interface EventRule extends EventLabels {
  task: Record<string, any>;
  stage: Record<string, any>;
  copies: string[];
  stage_copies: string[];
  resets_stages: boolean;
  refresh: boolean;
}

export interface KindLabels {
  label: string;
  states: Record<string, StateLabels>;
  empty_messages: Record<string, string>;
  stages: { name: string; label: string; weight: number }[];
  artifacts: Record<string, string>;
}

export interface Labels {
  states: Record<string, StateLabels>;
  kinds: Record<string, KindLabels>;
  empty_messages: Record<string, string>;
  stages: { name: string; label: string; weight: number }[];
  actions: Record<string, string>;
  artifacts: Record<string, string>;
  events: Record<string, EventRule>;
  other_event: EventLabels;
  damaged_event: EventLabels;
  waiting_stage: Record<string, any>;
  troubles: { field: string; over_s: number; text: string }[];
}

export interface Stage {
  name: string;
  label: string;
  status: string;
  progress: number;
  started_at: string | null;
  finished_at: string | null;
  remaining_s?: number | null;
}

export interface Diagnostic {
  message: string;
  line?: number | null;
  column?: number | null;
  path?: string | null;
}

export interface TaskError {
  code: string;
  message: string | null;
  hint: string | null;
  faults?: Diagnostic[];
}

export interface Artifact {
  kind: string;
  label: string;
  position: number;
  bytes: number;
  media_type: string;
  url: string | null;
}

/** A task as `GET /api/tasks/<id>` and the lists give it. */
export interface Task {
  id: string;
  kind: string;
  title: string;
  status: string;
  label: string;
  finished: boolean;
  allowed: string[];
  suggested: string | null;
  summary: string;
  cursor: string;
  progress: number;
  attempt: number;
  message?: string | null;
  stages?: Stage[];
  artifacts?: Artifact[];
  warnings?: Diagnostic[];
  error?: TaskError | null;
  options?: Record<string, any>;
  [field: string]: any;
}

/** An event of the log, without its id. */
export interface TaskEvent {
  type: string;
  task_id?: string | null;
  attempt: number;
  at: string;
  status?: string | null;
  stage?: string | null;
  stage_progress?: number | null;
  progress?: number | null;
  message?: string | null;
  data: Record<string, any>;
  [field: string]: any;
}

import type { Reason } from "../video-progress/sse-client.d.ts";

export type { Reason };

/** What SSEClient, SharedStream and TaskSubscription have in common. */
export interface Subscription extends EventTarget {
  readonly state: string;
  readonly cursor: string;
  readonly retryAt: number | null;
  readonly reason: Reason | null;
  readonly failures: number;
  start(): void;
  close?(): void;
  tryNow(): void;
}

declare global {
  interface EventTarget {
    /** Events of our own are CustomEvents, each class says which. */
    addEventListener(type: string, listener: (event: any) => void, options?: AddEventListenerOptions | boolean): void;
  }
  interface HTMLElementTagNameMap {
    "progress-indicator": import("./progress-indicator.js").ProgressIndicator;
  }
}
