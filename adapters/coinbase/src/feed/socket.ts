import { WebSocket } from 'ws';

/** Bytes of one message, decompressed. Those of trades and heartbeats have a few hundred. */
const maxMessageBytes = 1_048_576;

export interface SocketEvents {
  readonly onOpen: () => void;
  readonly onText: (text: string) => void;
  /** Called once, however it ended, unless it was dropped from here. */
  readonly onClose: (reason: string) => void;
}

export interface Socket {
  send(message: object): void;
  /** Ends it at once; none of its events is called any more. */
  drop(): void;
}

/** A WebSocket whose every way of failing is one event. It waits for ever: who opened it gives up by a clock of its own. */
export function openSocket(url: string, events: SocketEvents): Socket {
  const socket = new WebSocket(url, {
    maxPayload: maxMessageBytes,
    followRedirects: false,
  });
  let over = false;
  const close = (reason: string): void => {
    if (over) return;
    over = true;
    socket.terminate();
    events.onClose(reason);
  };
  socket.on('open', () => over || events.onOpen());
  // Text and binary frames are read alike: what is no JSON is found out anyway.
  socket.on('message', (data) => over || events.onText(String(data)));
  socket.on('error', (error) => close(`the connection failed: ${error.message}`));
  socket.on('close', (code, reason) => close(`the connection was closed (${[code, String(reason)].join(' ').trim()})`));
  return {
    send(message) {
      socket.send(JSON.stringify(message), () => {
        // A failure to send comes as an event too.
      });
    },
    drop() {
      over = true;
      socket.terminate();
    },
  };
}
