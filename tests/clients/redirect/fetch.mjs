// Loaded into Node before the MCP server: its requests to the account's host go to the desk, and none go elsewhere.
import net from "node:net";

const { DESK_HOST, DESK_URL } = process.env;
const fetchAnywhere = globalThis.fetch;
const connectAnywhere = net.Socket.prototype.connect;

globalThis.fetch = (address, options) => {
    const url = new URL(address);
    if (url.protocol !== "https:" || url.host !== DESK_HOST) {
        throw new Error(`${url.origin} is not the account's host`);
    }
    return fetchAnywhere(new URL(url.pathname + url.search, DESK_URL), options);
};

net.Socket.prototype.connect = function (...options) {
    const [given] = options.flat();
    const host = given?.host ?? given?.hostname;
    if (host !== "127.0.0.1") {
        throw new Error(`a connection to ${host} was refused`);
    }
    return connectAnywhere.apply(this, options);
};
