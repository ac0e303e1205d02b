import { describe, expect, it } from "@jest/globals";
import { baseImages, declaresArgument } from "../../../src/images/dockerfile.ts";

describe("baseImages", () => {
  it.each([
    ["FROM debian:trixie", {}, ["debian:trixie"]],
    ["ARG BASE_IMAGE=node:24\nFROM ${BASE_IMAGE}", {}, ["node:24"]],
    ["ARG BASE_IMAGE=node:24\nFROM $BASE_IMAGE", { BASE_IMAGE: "mine:1" }, ["mine:1"]],
    ['ARG TAG="24"\nARG BASE=node:$TAG\nFROM --platform=linux/amd64 ${BASE} AS build', {}, ["node:24"]],
    ["FROM node:24 AS build\nFROM scratch\nCOPY --from=build / /", {}, ["node:24"]],
    ["FROM node:24 AS build\nFROM build\nFROM debian", {}, ["node:24", "debian"]],
    ["# FROM no\nfrom \\\n  node:24\nRUN echo FROM x", {}, ["node:24"]],
    ["FROM ${MISSING:-debian}", {}, ["debian"]],
    ["FROM node:24\nARG BASE_IMAGE=other\nFROM node:24", {}, ["node:24"]],
  ])("%j", (text, args, images) => {
    expect(baseImages(text, args)).toEqual(images);
  });
});

describe("declaresArgument", () => {
  it("sees ARG lines only", () => {
    expect(declaresArgument("ARG BASE_IMAGE=x\nFROM $BASE_IMAGE", "BASE_IMAGE")).toBe(true);
    expect(declaresArgument("ARG A=1 BASE_IMAGE", "BASE_IMAGE")).toBe(true);
    expect(declaresArgument("FROM x\nENV BASE_IMAGE=1\n# ARG BASE_IMAGE", "BASE_IMAGE")).toBe(false);
    expect(declaresArgument("ARG BASE_IMAGE_2=1", "BASE_IMAGE")).toBe(false);
  });
});
