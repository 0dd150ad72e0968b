export interface VideoProgressState {
  title: string;
  /** queued, running, completed, failed or cancelled; empty until it is known. */
  status: string;
  /** 0 to 1 */
  progress: number;
  text: string;
  remaining_s: number | null;
  connected: boolean;
}

export class VideoProgress extends HTMLElement {
  readonly state: VideoProgressState;
}

export const VERSION: string;

declare global {
  interface HTMLElementTagNameMap {
    "video-progress": VideoProgress;
  }
}
