import { wordList } from "./word-list.ts";

/** Raw material of the English demo company. Surnames are made up from plants and places. */

export const FIRST_NAMES =
  wordList(`Ada | Agnes | Alice | Amara | Anaïs | Arthur | Beatrix | Benedict | Bridget |
  Callum | Chloë | Clara | Conrad | Daphne | Declan | Dilys | Edith | Edwin | Eleanor | Elodie | Ewan | Fergus | Fiona |
  Flora | Gareth | Greta | Harriet | Hector | Hugo | Imogen | Ingrid | Ivor | Jasper | José | Juliet | Keira | Lachlan |
  Leonie | Lucas | Mabel | Marcus | Maya | Miles | Nadia | Niall | Noor | Olive | Oscar | Percy | Petra | Priya | Quentin |
  Ravi | René | Rhiannon | Rosa | Rupert | Sabine | Silas | Tamsin | Theo | Ursula | Victor | Wilfred | Winnie | Zoë`);

export const SURNAMES =
  wordList(`Aldermoor | Appleyarde | Ashcombe | Barleyfield | Birchhollow | Brackenby | Brambleton |
  Briarcote | Cedarholm | Cherrybrook | Clovermere | Cloudsley | Dandelow | Elderwick | Elmstead | Ferncote | Fernley |
  Flaxhurst | Foxglove | Gorseby | Hawthornley | Hazelmere | Heatherlow | Hollybank | Honeycote | Ivydene | Juniperley |
  Larchwood | Larkmoor | Lavendon | Lindenby | Maplethorpe | Marshbrook | Meadowgate | Mossgrove | Mulbery | Nettleford |
  Oakenfield | Oatlands | Orchardson | Osierley | Peachford | Pinecroft | Plumridge | Poplarton | Quincewell |
  Reedmarsh | Rosehallow | Rowanhurst | Rushmere | Rye-Fenn | Saffronby | Sedgewell | Sorrelby | Sprucewood | Tansyworth |
  Thistledown | Thornbeck | Violetson | Wheatcroft | Willowby | Woodruffe | Yarrowby | Yewdale`);

export const COMPANY_MODIFIERS =
  wordList(`Amber | Autumn | Blue | Bright | Broad | Copper | Crimson | Eastern | Evergreen |
  First | Golden | Grand | Green | Harbour | High | Highland | Ivory | Little | Lowland | Midland | Misty | New | Old |
  Open | Quiet | Red | River | Rocky | Silver | Southern | Swift | Tall | Upper | Western | White | Wild`);

export const COMPANY_NOUNS =
  wordList(`Acorn | Anchor | Anvil | Badger | Beacon | Birch | Bridge | Brook | Compass |
  Curlew | Elm | Falcon | Fern | Fox | Gate | Harvest | Hedgerow | Heron | Hill | Kestrel | Kiln | Lantern | Larch |
  Linnet | Loom | Meadow | Mill | Oak | Orchard | Otter | Pebble | Plover | Quarry | Raven | Ridge | Robin | Saddle |
  Sparrow | Spinney | Stag | Thimble | Thistle | Timber | Tower | Weaver | Wharf | Willow | Wren`);

export const COMPANY_TRADES =
  wordList(`Bakeries | Builders | Catering | Chemicals | Components | Design | Dairy |
  Electrical | Engineering | Farms | Foods | Freight | Furniture | Garden Supplies | Glass | Hotels | Instruments |
  Joinery | Logistics | Outdoor | Packaging | Paper | Plastics | Printing | Roofing | Stationers | Textiles | Timber |
  Tools | Trading | Veterinary | Wholesale`);

export const COMPANY_FORMS = [
  [["Ltd", "Limited"], 62],
  [["LLC", "Limited Liability Company"], 14],
  [["Inc.", "Incorporated"], 12],
  [["LLP", "Limited Liability Partnership"], 8],
  [["plc", "Public Limited Company"], 4],
] as const;

export const CITIES =
  wordList(`London | Leeds | Manchester | Bristol | Cardiff | Edinburgh | Glasgow | Birmingham |
  Liverpool | Sheffield | Norwich | Exeter | York | Belfast | Aberdeen | New York | Boston | Chicago | Denver | Seattle |
  Austin | Portland | Miami | San Francisco | Washington`);

/** British cities come first in CITIES; here is where the American ones begin. */
export const FIRST_AMERICAN_CITY = 15;

/** The postcode area or the state and the first digits of the ZIP code, city by city. */
export const POSTCODES =
  wordList(`EC | LS | M | BS | CF | EH | G | B | L | S | NR | EX | YO | BT | AB | NY 100 | MA 021 |
  IL 606 | CO 802 | WA 981 | TX 787 | OR 972 | FL 331 | CA 941 | DC 200`);

export const STREETS =
  wordList(`Abbey Road | Bakers Row | Canal Street | Castle Street | Chapel Lane | Church Walk |
  Foundry Lane | George Street | Granary Wharf | Green Lane | High Street | Industrial Way | Kiln Lane | Maple Street |
  Market Place | Mill Lane | North Parade | Orchard Road | Park Avenue | Queen Street | Station Road | Tannery Row |
  The Crescent | Victoria Street | Water Lane | Weavers Yard`);

/** Numbers that Ofcom keeps for drama: the given digits and three more. */
export const BRITISH_PHONES =
  wordList(`2079460 | 1134960 | 1144960 | 1164960 | 1174960 | 1184960 | 1214960 | 1314960 |
  1414960 | 1514960 | 1614960 | 1914980 | 2890180 | 2920180`);

/** In every area 555-0100 to 555-0199 are kept for fiction. */
export const AMERICAN_AREAS = wordList(`202 | 206 | 212 | 213 | 303 | 305 | 312 | 415 | 503 | 512 | 617`);

export const SOURCES = [
  ["Website", 28],
  ["Referral", 22],
  ["Search ads", 14],
  ["Cold call", 10],
  ["Trade show", 9],
  ["Newsletter", 7],
  ["Social media", 6],
  ["Partner", 4],
] as const;

export const REJECTION_REASONS = wordList(`Too expensive | Chose a competitor | No budget this year |
  Delivery times too long | Stopped answering | Project on hold | Range does not fit | Credit terms refused |
  Buys through a tender only | Sent by mistake`);

export const LEAD_WISHES =
  wordList(`Wants a quote for | Asks about prices of | Plans to order | Compares suppliers of |
  Needs a trial batch of | Asks for samples of | Would like to reorder | Looks for a second source of |
  Asks for thirty days' credit on | Needs certificates for`);

export const GOODS =
  wordList(`corrugated board | stretch film | fasteners | insulation | dry mortar | garden tools |
  seedlings and compost | lawn seed | gift boxes | planters | light fittings | cable | workwear | tableware |
  hotel linen | coffee beans | herbal tea | jarred honey | cabinet hardware | paints and varnishes | pallets |
  chilled cabinets | irrigation kits | café furniture`);

export const NEXT_STEPS = wordList(`Call back on Tuesday afternoon | Send the price list and delivery terms |
  Waiting for their company details | Not before 11 am, please | Meeting at their office, bring the catalogue |
  The director decides | Pays on invoice | Check volumes and the delivery schedule | Delivery to the yard, they unload |
  Talk again next quarter | Prefers WhatsApp | Agree a volume discount | Waiting for their buyer's answer |
  Will collect from the warehouse`);

export const COMPANY_FACTS = wordList(`Customer since 2021 | Buys every month | Seasonal: spring and autumn |
  Three branches, invoiced separately | Runs five shops | Largest customer in the area | Moved from another supplier |
  Purchasing is centralised | New registered office | One invoice overdue from last quarter`);

export const COMPANY_TERMS =
  wordList(`Net 14 | Net 30 | Prepayment only | Invoices by e-mail | Paper originals by post |
  5% contract discount | Contract renews by itself | Purchase order number required | Credit limit 20,000 |
  Carriage paid by the customer`);

export const PERSON_FACTS =
  wordList(`Buys for an allotment | Runs a small workshop | Came from the newsletter |
  Designer, brings clients | Keeps a flower shop | Subscribed to news | Met at a trade show | In the loyalty scheme |
  Orders for a school | Wrote through the website`);

export const PERSON_WISHES = wordList(`Write, do not call | Best after 6 pm | Remind about seasonal offers |
  Collects in person | Weekend delivery | Needs receipts | No promotional messages | Likes samples | Pays by card |
  Birthday in May`);
