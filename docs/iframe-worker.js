// Search in a folder: a browser starts no worker from a file, so the script of the search runs in a hidden frame.
// The theme asks for `IFrameWorker` by name; on a server nothing of this is used.
(() => {
  "use strict";
  if (location.protocol !== "file:") return;

  const run = (inside, url) => new Promise((ready, failed) => {
    const script = inside.document.createElement("script");
    Object.assign(script, { src: url, onload: ready, onerror: failed });
    inside.document.head.append(script);
  });

  class IFrameWorker extends EventTarget {
    constructor(url) {
      super();
      this.frame = Object.assign(document.createElement("iframe"), { hidden: true });
      document.documentElement.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data })));
      inside.importScripts = (...urls) => urls.reduce((done, next) => done.then(() => run(inside, next)), Promise.resolve());
      this.started = run(inside, new URL(url, document.baseURI).href);
    }
    postMessage(data) {
      this.started.then(() => this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {
      this.frame.remove();
    }
  }
  window.IFrameWorker = window.Worker = IFrameWorker;
})();
