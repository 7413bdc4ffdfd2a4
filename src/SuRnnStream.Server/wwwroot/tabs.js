// One panel of the page at a time; each may take dropped files and keys.

const element = (id) => document.getElementById(id);

export class Tabs {
  /** @param {Record<string, {open?: () => void, leave?: () => void, drop: (files: File[]) => void, dropText: string}>} panels by the name of their tab */
  constructor(panels) {
    Object.assign(this, { panels, chosen: Object.keys(panels)[0] });
    for (const name of Object.keys(panels)) {
      const tab = element(`tab-${name}`);
      tab.onclick = () => this.show(name);
      tab.onkeydown = ({ key }) => {
        const shown = Object.keys(panels).filter((one) => !element(`tab-${one}`).hidden);
        const next = shown.at((shown.indexOf(name) + { ArrowRight: 1, ArrowLeft: -1 }[key]) % shown.length);
        if (key === "ArrowRight" || key === "ArrowLeft") this.show(next);
      };
    }
  }

  show(name) {
    if (name === this.chosen) return;
    this.panel.leave?.();
    this.chosen = name;
    for (const one of Object.keys(this.panels)) {
      element(one).hidden = one !== name;
      Object.assign(element(`tab-${one}`), { ariaSelected: String(one === name), tabIndex: one === name ? 0 : -1 });
    }
    for (const part of document.querySelectorAll(".of-detect")) part.hidden = name !== "detect";
    element("drop").firstElementChild.textContent = this.panel.dropText;
    element(`tab-${name}`).focus();
    this.panel.open?.();
  }

  get panel() { return this.panels[this.chosen]; }
}
