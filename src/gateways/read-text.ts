/** The body as text, cut after so many bytes: a provider that answers without end costs us no memory. */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = maxBytes;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
    if (left <= 0) {
      // What is wrong with a body that we do not want any more is of no interest.
      reader.cancel().catch(() => undefined);
      return text;
    }
  }
}
