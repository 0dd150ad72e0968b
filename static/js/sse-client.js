/** The client of streams, where it has always been. It is part of the package for other people's pages. */
export * from "../video-progress/sse-client.js";
