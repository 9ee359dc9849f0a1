/** Relations as one would write them without a database: what lists of the table must agree with. */
export interface Side {
  readonly type: "people" | "firms";
  readonly name: string;
  readonly relation: Relation;
  readonly isFront: boolean;
}

interface Relation {
  readonly isOnePerSource: boolean;
  /** Links by the indices of their ends in the model's records, those to the trash included. */
  readonly links: Map<string, readonly [source: number, target: number]>;
}

export interface ModelRecord {
  readonly type: Side["type"];
  /** In the order of creation within the type. */
  readonly number: number;
  readonly id: string;
  readonly title: string;
  deleted: boolean;
}

export class LinkModel {
  readonly records: ModelRecord[] = [];
  readonly #relations: Relation[] = [];

  relation(isOnePerSource: boolean): Relation {
    const relation = { isOnePerSource, links: new Map() };
    this.#relations.push(relation);
    return relation;
  }

  create(type: Side["type"], id: string, title: string): number {
    const number = this.records.filter((record) => record.type === type).length + 1;
    return this.records.push({ type, number, id, title, deleted: false }) - 1;
  }

  /** The indices that are seen from there, the highest number first. */
  linked(index: number, { relation, isFront }: Side): number[] {
    return [...relation.links.values()]
      .flatMap(([source, target]) => {
        const [own, other] = isFront ? [source, target] : [target, source];
        return own === index && !this.#at(other).deleted ? [other] : [];
      })
      .sort((a, b) => this.#at(b).number - this.#at(a).number);
  }

  write(index: number, side: Side, wanted: readonly number[]): void {
    const { relation, isFront } = side;
    const { links, isOnePerSource } = relation;
    const before = this.linked(index, side);
    const ends = (other: number): [number, number] => (isFront ? [index, other] : [other, index]);
    for (const other of before.filter((linked) => !wanted.includes(linked))) {
      links.delete(ends(other).join());
    }
    for (const other of wanted.filter((added) => !before.includes(added))) {
      const [source, target] = ends(other);
      if (isOnePerSource) {
        for (const [key, link] of links) if (link[0] === source) links.delete(key);
      }
      links.set(ends(other).join(), [source, target]);
    }
  }

  /** All rows of the table of links: hidden ones, too. */
  get size(): number {
    return this.#relations.reduce((sum, { links }) => sum + links.size, 0);
  }

  #at(index: number): ModelRecord {
    const record = this.records[index];
    if (!record) throw new Error(`no record ${index}`);
    return record;
  }
}
